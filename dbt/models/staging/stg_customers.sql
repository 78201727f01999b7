{{ config(enabled=var('with_customers')) }}

{% set columns %}
    id as customer_id,
    email,
    first_name,
    last_name,
    {{ json_text('external_customer_id', 'ecommerce') }} as external_customer_id,
    {{ shop_time('created_at') }} as created_at
{% endset %}

with newest as (
    {{ current_rows('customers', columns, key='customer_id') }}
)

select *
from newest
where {{ is_no_tombstone('email') }}
