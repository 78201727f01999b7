-- What each customer spent in the own currency, and all orders, are those of the raw table.
with raw as (
    select customer_id, currency, sum(total_price) as spent, count(*) as orders
    from {{ raw_orders() }} as orders
    where is_billed and customer_id is not null
    group by customer_id, currency
)

select customers.customer_id, customers.currency, customers.spent as in_mart, raw.spent as in_raw
from {{ ref('customers') }} as customers
left join raw on customers.customer_id = raw.customer_id and customers.currency = raw.currency
where customers.spent <> coalesce(raw.spent, 0)

union all

select null, 'orders of all customers', in_mart, in_raw
from (select sum(orders) as in_mart from {{ ref('customers') }}) as mart_orders
cross join (select sum(orders) as in_raw from raw) as raw_orders
where coalesce(in_mart, 0) <> coalesce(in_raw, 0)
