{% set columns %}
    id as subscription_id,
    customer_id,
    address_id,
    status,
    upper(presentment_currency) as presentment_currency,
    {{ json_text('external_product_id', 'ecommerce') }} as external_product_id,
    {{ json_text('external_variant_id', 'ecommerce') }} as external_variant_id,
    sku,
    product_title,
    variant_title,
    quantity,
    {{ money('price') }} as price,
    is_prepaid,
    lower(order_interval_unit) as order_interval_unit,
    case
        when lower(order_interval_unit) like 'day%' then 'day'
        when lower(order_interval_unit) like 'week%' then 'week'
        when lower(order_interval_unit) like 'month%' then 'month'
    end as charge_interval_unit,
    nullif(order_interval_frequency, 0) as order_interval_frequency,
    coalesce(nullif(charge_interval_frequency, 0), nullif(order_interval_frequency, 0)) as charge_interval_frequency,
    cancellation_reason,
    cancellation_reason_comments,
    next_charge_scheduled_at as next_charge_on,
    {{ shop_time('created_at') }} as created_at,
    {{ shop_time('cancelled_at') }} as cancelled_at,
    {{ shop_time('updated_at') }} as changed_at
{% endset %}

with newest as (
    {{ current_rows('subscriptions', columns, key='subscription_id') }}
)

select
    *,
    charge_interval_frequency * case charge_interval_unit
        when 'month' then 30.4375 when 'week' then 7 when 'day' then 1
    end as charge_interval_days
from newest
where {{ is_no_tombstone('status') }}
