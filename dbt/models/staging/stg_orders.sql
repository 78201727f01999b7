{% set columns %}
    id as order_id,
    {{ json_id('customer', 'id') }} as customer_id,
    {{ json_id('charge', 'id') }} as charge_id,
    status,
    type,
    upper(currency) as currency,
    {{ money('total_discounts') }} as total_discounts,
    {{ money('total_refunds') }} as total_refunds,
    {{ money('total_price') }} as total_price,
    {{ shop_time('created_at') }} as created_at,
    {{ shop_time('coalesce(processed_at, scheduled_at, created_at)') }} as processed_at
{% endset %}

with newest as (
    {{ current_rows('orders', columns, key='order_id') }}
)

select
    *,
    cast(processed_at as date) as processed_on,
    -- Ordered, paid and sent to the shop: not one to come, refused by the shop or called off.
    status not in ('queued', 'pending_charge_status', 'error', 'cancelled') as is_billed,
    -- Of a prepaid charge the first order carries the price.
    charge_id is null
    or row_number() over (partition by charge_id order by processed_at, order_id) = 1 as is_first_of_charge
from newest
where {{ is_no_tombstone('status') }}
