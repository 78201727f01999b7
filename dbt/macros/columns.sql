{% macro as_number(expression) %}cast({{ expression }} as {{ dbt.type_numeric() }}){% endmacro %}

{# An amount of money, which Recharge sends as text. #}
{% macro money(column) %}{{ as_number("nullif(" ~ column ~ ", '')") }}{% endmacro %}

{# A count, 0 where there is none; sums of integers have another type in each warehouse. #}
{% macro count_of(expression) %}cast(coalesce({{ expression }}, 0) as {{ dbt.type_bigint() }}){% endmacro %}

{# The sum of a column of subscriptions_monthly up to a month. #}
{% macro sum_so_far(column) -%}
    coalesce(sum({{ column }}) over (partition by calendar.currency order by calendar.month), 0)
{%- endmacro %}

{# Numbers from 0 on: more months than any shop has. #}
{% macro numbers() %}
    (
        select cast(generated_number as {{ dbt.type_bigint() }}) - 1 as number
        from ({{ dbt.generate_series(1200) }}) as generated
    )
{% endmacro %}

{# An id within an object, as an integer. #}
{% macro json_id(column, key) %}cast({{ json_text(column, key) }} as {{ dbt.type_bigint() }}){% endmacro %}

{# The first day of a month, as a date. #}
{% macro month_of(day) %}cast({{ dbt.date_trunc('month', day) }} as date){% endmacro %}

{# The day that counts as today, in the shop's zone. #}
{% macro today() %}
    {%- if var('today') -%} cast('{{ var('today') }}' as date)
    {%- else -%} cast({{ shop_time(dbt.current_timestamp()) }} as date)
    {%- endif -%}
{% endmacro %}

{# A day moved on by so many charge intervals of a subscription. #}
{% macro after_intervals(day, count) %}
    cast(
        case charge_interval_unit
            when 'month' then {{ dbt.dateadd('month', count ~ ' * charge_interval_frequency', day) }}
            when 'week' then {{ dbt.dateadd('week', count ~ ' * charge_interval_frequency', day) }}
            else {{ dbt.dateadd('day', count ~ ' * charge_interval_frequency', day) }}
        end as date
    )
{% endmacro %}

{# An amount for each charge interval as an amount for a month of 30.4375 days, a twelfth of a year, to the cent. #}
{% macro per_month(amount) %}
    round({{ as_number(amount ~ ' * 30.4375 / charge_interval_days') }}, 2)
{% endmacro %}

{#
    The current lines of orders or charges: those whose cursor is their parent's, since a list that shrinks leaves rows
    behind. A price is before discounts and taxes; Recharge's total_price of a line has the tax in it.
#}
{% macro lines_of(stream, parents, key, with_kept=false) %}
{% set columns %}
    {{ key }},
    index as line_index,
    purchase_item_id,
    purchase_item_type,
    case when purchase_item_type <> 'onetime' then purchase_item_id end as subscription_id,
    {{ json_text('external_product_id', 'ecommerce') }} as external_product_id,
    {{ json_text('external_variant_id', 'ecommerce') }} as external_variant_id,
    sku,
    title,
    variant_title,
    quantity,
    {{ money('unit_price') }} as unit_price,
    coalesce({{ money('unit_price') }} * coalesce(quantity, 1), 0) as price,
    coalesce({{ money('tax_due') }}, 0) as tax
{% endset %}

with newest as (
    {{ current_rows(stream, columns, key=key ~ ', line_index', with_kept=with_kept) }}
)

select newest.*
from newest
inner join {{ parents }} as parents on newest.{{ key }} = parents.{{ key }} and newest.updated_at = parents.updated_at
{% endmacro %}
