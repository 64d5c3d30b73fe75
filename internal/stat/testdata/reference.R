# Writes the reference figures of the tests of survival beside itself. They were made with R 4.2.2 and its package
# survival 3.5-3; the tests themselves do not need R:
#   cd internal/stat/testdata && Rscript reference.R
# Data: aml (R. G. Miller, Survival Analysis, 1981) and veteran (Kalbfleisch and Prentice, The Statistical Analysis of
# Failure Time Data, 1980), both as the package has them.
library(survival)
table_to <- function(d, file) write.table(format(d, digits = 12, trim = TRUE), file, quote = FALSE, row.names = FALSE)

curves <- NULL
medians <- NULL
for (band in c("log", "log-log", "plain")) {
  fit <- survfit(Surv(time, status) ~ x, aml, conf.type = band)
  s <- summary(fit, censored = TRUE)
  group <- sub("x=", "", s$strata)
  curves <- rbind(curves, data.frame(band, group, time = s$time, at_risk = s$n.risk, events = s$n.event,
    censored = s$n.censor, survival = s$surv, std_err = s$std.err, low = s$lower, high = s$upper))
  m <- summary(fit, rmean = "individual")$table
  medians <- rbind(medians, data.frame(data = "aml", band, group = sub("x=", "", rownames(m)), mean = m[, "rmean"],
    mean_se = m[, "se(rmean)"], median = m[, "median"], low = m[, "0.95LCL"], high = m[, "0.95UCL"]))
}
m <- summary(survfit(Surv(time, status) ~ celltype, veteran), rmean = "individual")$table
medians <- rbind(medians, data.frame(data = "veteran", band = "log", group = sub("celltype=", "", rownames(m)),
  mean = m[, "rmean"], mean_se = m[, "se(rmean)"], median = m[, "median"], low = m[, "0.95LCL"], high = m[, "0.95UCL"]))

a <- survdiff(Surv(time, status) ~ x, aml)
v <- survdiff(Surv(time, status) ~ celltype, veteran)
test <- function(data, d, groups) data.frame(data, group = groups, observed = d$obs, expected = d$exp, chi2 = d$chisq,
  df = length(d$n) - 1, p = pchisq(d$chisq, length(d$n) - 1, lower.tail = FALSE))
logranks <- rbind(test("aml", a, levels(aml$x)), test("veteran", v, levels(veteran$celltype)))

table_to(data.frame(time = aml$time, event = aml$status, group = aml$x), "aml.txt")
table_to(data.frame(time = veteran$time, event = veteran$status, group = veteran$celltype), "veteran.txt")
table_to(curves, "aml_curves.txt")
table_to(medians, "medians.txt")
table_to(logranks, "logranks.txt")
