-- Customers who pay at the end of each point, and whether they are at risk: in the poor band of global health, below the
-- score that the workspace names, or in one of its stages.
select c.i, c.account, s.band, t.value as at_stage,
       case when {policy.at_risk_stages(t.value)} or ({policy.at_risk_score} = 0 and s.band = 'poor') or s.score < {policy.at_risk_score} then 1 else 0 end as at_risk
from {paying} c
left join {scores_at} s on s.i = c.i and s.account = c.account and s.aspect = 'global'
left join {trait.stage} t on t.i = c.i and t.account = c.account
where c.is_customer = 1
