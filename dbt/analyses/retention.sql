-- Of the customers with a first order in a month, the percentage that is left each month after it, up to the last month
-- that is over; of all currencies, since it counts customers.
select
    cohort_month,
    months_since,
    sum(customers) as customers,
    sum(remaining_customers) as remaining,
    round(100.0 * sum(remaining_customers) / sum(customers), 1) as percentage
from {{ ref('cohorts') }}
where not is_running_month
group by cohort_month, months_since
order by cohort_month, months_since
