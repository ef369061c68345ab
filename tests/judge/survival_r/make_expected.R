# Draws the invented cohorts of inputs.csv and writes what R's survival package makes of them.
# Run in this folder: Rscript make_expected.R
library(survival)

number <- function(x) ifelse(is.na(x), "nan", sprintf("%.17g", x))
write <- function(frame, file) write.csv(frame, file, row.names = FALSE, quote = FALSE)

hand <- data.frame(
  set = "hand", entry = 0,
  stop = c(5, 5, 5, 8, 8, 12, 12, 12, 20, 20, 31, 31),
  ended = c(1, 0, 2, 1, 1, 0, 0, 2, 1, 0, 1, 0),
  group = c("a", "b"), stratum = c("x", "x", "y")
)
level <- data.frame(  # the curve lies level at one half
  set = "level", entry = 0, stop = c(1, 2, 3, 4, 5, 6, 7, 8), ended = 1,
  group = c("a", "b"), stratum = "x"
)
all <- data.frame(
  set = "all", entry = 0, stop = c(0, 3, 3, 3, 9, 14), ended = c(1, 1, 2, 1, 2, 1),
  group = c("a", "b"), stratum = "x"
)
none <- data.frame(
  set = "none", entry = 0, stop = c(4, 4, 9), ended = 0, group = c("a", "b", "a"), stratum = "x"
)
late_hand <- data.frame(
  set = "late-hand", entry = c(0, 0, 0, 3, 5, 5, 8, 10, 10, 2),
  stop = c(5, 9, 20, 8, 9, 30, 12, 11, 40, 30), ended = c(1, 2, 0, 1, 0, 1, 2, 1, 0, 0),
  group = c("a", "b"), stratum = "x"
)

draw <- function(set, n, causes, whole, late) {
  at <- sapply(seq_len(causes), function(k) rweibull(n, 0.7 + 0.3 * k, 300 + 200 * k))
  censored <- runif(n, 30, 900)
  first <- apply(cbind(censored, at), 1, which.min) - 1
  stop <- apply(cbind(censored, at), 1, min)
  if (whole) stop <- floor(stop / 15) * 15 + 1
  entry <- if (late) pmax(0, round(runif(n, -80, 120))) else 0
  found <- data.frame(
    set = set, entry = entry, stop = stop, ended = first,
    group = sample(c("a", "b", "c"), n, replace = TRUE),
    stratum = sample(c("x", "y"), n, replace = TRUE)
  )
  found[found$stop > found$entry, ]
}
set.seed(20260501)
cohorts <- list(
  hand, level, all, none, late_hand,
  draw("days", 180, 2, TRUE, FALSE), draw("hours", 60, 3, FALSE, FALSE),
  draw("late-days", 160, 2, TRUE, TRUE), draw("late-hours", 90, 3, FALSE, TRUE)
)

survived <- list(); medians <- list(); incident <- list(); tables <- list(); tests <- list()
printed <- list(); scores <- list()
for (d in cohorts) {
  set <- d$set[1]
  d$id <- seq_len(nrow(d))
  late <- any(d$entry > 0)
  y <- if (late) Surv(d$entry, d$stop, d$ended > 0) else Surv(d$stop, d$ended > 0)
  for (scale in c("plain", "log", "log-log")) {
    fit <- survfit(y ~ 1, conf.type = scale, timefix = FALSE)
    keep <- fit$n.risk > 0 & (fit$n.event > 0 | fit$n.censor > 0)
    survived[[length(survived) + 1]] <- data.frame(
      set = set, scale = scale, day = number(fit$time), n_risk = fit$n.risk, n_event = fit$n.event,
      n_censor = fit$n.censor, surv = number(fit$surv), std_err = number(fit$std.err * fit$surv),
      lower = number(fit$lower), upper = number(fit$upper))[keep, ]
    for (p in c(0.25, 0.5, 0.75)) {
      q <- quantile(fit, probs = p)
      medians[[length(medians) + 1]] <- data.frame(
        set = set, scale = scale, share = p, day = number(q$quantile[[1]]),
        lower = number(q$lower[[1]]), upper = number(q$upper[[1]]))
    }
    shown <- summary(fit)$table
    printed[[length(printed) + 1]] <- data.frame(
      set = set, scale = scale, share = 0.5, day = number(shown[["median"]]),
      lower = number(shown[["0.95LCL"]]), upper = number(shown[["0.95UCL"]]))
  }
  at <- seq(0, max(d$stop), length.out = 7)
  one <- summary(survfit(y ~ 1, timefix = FALSE), times = at)
  if (max(d$ended) > 0) {
    causes <- max(d$ended)
    state <- factor(d$ended, 0:causes)
    ys <- if (late) Surv(d$entry, d$stop, state) else Surv(d$stop, state)
    for (scale in c("plain", "log", "log-log")) {
      fit <- survfit(ys ~ 1, id = d$id, conf.type = scale, timefix = FALSE)
      for (k in seq_len(causes)) {
        keep <- rowSums(as.matrix(fit$n.event)) > 0 | rowSums(as.matrix(fit$n.censor)) > 0
        incident[[length(incident) + 1]] <- data.frame(
          set = set, scale = scale, cause = k, day = number(fit$time), n_risk = fit$n.risk[, 1],
          n_event = fit$n.event[, k + 1], free = number(fit$pstate[, 1]),
          cuminc = number(fit$pstate[, k + 1]), std_err = number(fit$std.err[, k + 1]),
          lower = number(fit$lower[, k + 1]), upper = number(fit$upper[, k + 1]))[keep, ]
      }
    }
    many <- summary(survfit(ys ~ 1, id = d$id, timefix = FALSE), times = at)
    for (k in seq_len(causes)) {
      tables[[length(tables) + 1]] <- data.frame(
        set = set, cause = k, day = number(many$time), n_risk = many$n.risk[, 1],
        n_event = cumsum(many$n.event[, k + 1]), cuminc = number(many$pstate[, k + 1]))
    }
  }
  tables[[length(tables) + 1]] <- data.frame(
    set = set, cause = 0, day = number(one$time), n_risk = one$n.risk,
    n_event = cumsum(one$n.event), cuminc = number(1 - one$surv))
  # The score test of the exact partial likelihood is the log-rank test, ties and all. It takes hours
  # where many are tied, so the cohort with days alone is left out.
  if (set %in% c("late-hand", "late-hours")) {
    for (form in c(y ~ group, y ~ group + strata(stratum))) {
      fit <- coxph(form, data = d, ties = "exact")
      scores[[length(scores) + 1]] <- data.frame(
        set = set, stratified = length(all.vars(form)) > 2,
        chi_square = number(fit$score), degrees = length(coef(fit)))
    }
  }
  if (!late && sum(d$ended > 0) > 0) {
    plain <- survdiff(y ~ group, data = d)
    within <- survdiff(y ~ group + strata(stratum), data = d)
    total <- function(x) if (is.matrix(x)) rowSums(x) else x
    for (test in list(plain, within)) {
      tests[[length(tests) + 1]] <- data.frame(
        set = set, stratified = !is.null(test$strata), group = sort(unique(d$group)),
        observed = total(test$obs), expected = number(total(test$exp)),
        variance = number(diag(test$var)), chi_square = number(test$chisq),
        p_value = number(test$pvalue))
    }
  }
}
inputs <- do.call(rbind, cohorts)
inputs$entry <- number(inputs$entry)
inputs$stop <- number(inputs$stop)
write(inputs, "inputs.csv")
write(do.call(rbind, survived), "survival.csv")
write(do.call(rbind, medians), "quantiles.csv")
write(do.call(rbind, printed), "printed_medians.csv")
write(do.call(rbind, incident), "incidence.csv")
write(do.call(rbind, tables), "at_risk.csv")
write(do.call(rbind, tests), "log_rank.csv")
write(do.call(rbind, scores), "log_rank_late.csv")
