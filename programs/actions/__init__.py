"""The verbs about programmes. `cohorts`: a cohort from planned to completed; `catalogue`: load what is known."""
