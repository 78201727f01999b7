-- Monthly recurring revenue, by currency.
select
    month,
    currency,
    round(mrr, 2) as mrr,
    subscriptions,
    new_subscriptions,
    reactivated,
    churned,
    expired,
    lapsed
from {{ ref('subscriptions_monthly') }}
order by currency, month
