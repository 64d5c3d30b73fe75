# Writes the reference figures of the tests of judging: infert.txt (R's data set infert: Trichopoulos et al., Br. J. of
# Obst. and Gynaec. 83, 1976; two risks from glm, fitted to odd and even rows alike) and judged.txt. They were made with R
# 4.2.2 and pROC 1.18.0; the tests themselves do not need R:
#   cd internal/stat/testdata && Rscript judged.R
suppressMessages(library(pROC))
d <- infert
d$a <- round(fitted(glm(case ~ spontaneous + induced, binomial, d)), 6)
d$b <- round(fitted(glm(case ~ spontaneous + age, binomial, d)), 6)
write.table(d[c("stratum", "case", "age", "parity", "induced", "spontaneous", "a", "b")], "infert.txt", quote = FALSE, row.names = FALSE)
out <- NULL
add <- function(name, value) out <<- rbind(out, data.frame(name, value = format(unname(value), digits = 12)))
a <- roc(d$case, d$a, quiet = TRUE, direction = "<"); b <- roc(d$case, d$b, quiet = TRUE, direction = "<")
ci <- ci.auc(a); add("auc", ci[2]); add("auc_low", ci[1]); add("auc_high", ci[3])
t <- roc.test(a, b, method = "delong", paired = TRUE)
add("other_auc", auc(b)); add("difference", t$estimate[1] - t$estimate[2]); add("difference_p", t$p.value)
add("difference_low", t$conf.int[1]); add("difference_high", t$conf.int[2])
# Obuchowski, Biometrics 1997, written out.
x <- d$a[d$case == 1]; y <- d$a[d$case == 0]; k <- d$stratum[d$case == 1]; l <- d$stratum[d$case == 0]
psi <- outer(x, y, function(x, y) (x > y) + (x == y) / 2); theta <- mean(psi)
groups <- unique(d$stratum)
v10 <- sapply(groups, function(g) sum(rowMeans(psi)[k == g] - theta)); v01 <- sapply(groups, function(g) sum(colMeans(psi)[l == g] - theta))
m <- length(x); n <- length(y); i10 <- length(unique(k)); i01 <- length(unique(l)); i <- length(groups)
variance <- i10 / (i10 - 1) * sum(v10^2) / m^2 + i01 / (i01 - 1) * sum(v01^2) / n^2 + 2 * i / (i - 1) * sum(v10 * v01) / (m * n)
add("clustered_se", sqrt(variance))
fit <- glm(case ~ qlogis(a), binomial, d); s <- summary(fit)$coefficients
add("intercept", s[1, 1]); add("intercept_se", s[1, 2]); add("slope", s[2, 1]); add("slope_se", s[2, 2])
add("brier", mean((d$a - d$case)^2)); add("brier_low", t.test((d$a - d$case)^2)$conf.int[1])
c <- suppressWarnings(cor.test(d$age, d$parity, method = "spearman", exact = FALSE)); rho <- c$estimate
add("rho", rho); add("rho_p", c$p.value); half <- qnorm(.975) * sqrt((1 + rho^2 / 2) / (nrow(d) - 3))
add("rho_low", tanh(atanh(rho) - half)); add("rho_high", tanh(atanh(rho) + half))
q <- p.adjust(c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205), "BH")
for (j in seq_along(q)) add(paste0("bh", j), q[j])
# Weights: the same penalised likelihood, found by optim.
z <- cbind(50 * d$spontaneous, 50 * d$induced, 100 * (d$parity - 1) / 5) / 25
z <- 4 - z # 100 is healthy
target <- function(p) { eta <- p[1] - z %*% p[2:4]; sum(log1p(exp(eta)) - d$case * eta) + 0.03 * nrow(d) / 2 * sum((p[2:4] - mean(p[2:4]))^2) }
o <- optim(c(0, .1, .1, .1), target, method = "L-BFGS-B", lower = c(-Inf, 0, 0, 0), control = list(factr = 10))
add("base", o$par[1]); for (j in 1:3) add(paste0("slope", j), o$par[j + 1])
write.table(out, "judged.txt", quote = FALSE, row.names = FALSE)
