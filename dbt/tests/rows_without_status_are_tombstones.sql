-- What is left out as a tombstone says nothing: a row that does is data, and must not be lost.
select id, 'orders' as stream
from {{ raw_rows('orders', 'status, created_at, currency') }} as orders
where status is null and created_at is null and currency is not null
union all
select id, 'subscriptions' as stream
from {{ raw_rows('subscriptions', 'status, created_at, customer_id') }} as subscriptions
where status is null and created_at is null and customer_id is not null
{% if var('with_charges') %}
union all
select id, 'charges' as stream
from {{ raw_rows('charges', 'status, created_at, currency', with_kept=true) }} as charges
where status is null and created_at is null and currency is not null
{% endif %}
