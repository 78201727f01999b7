{#
    For the tests: the newest rows of a raw table, found in another way than current_rows finds them: those that no other
    row of their key is newer than. Tombstones are without a currency and a status, which every test asks for.
#}
{% macro raw_rows(stream, columns, key='id', with_kept=false) %}
    (
        with every_row as (
            select {{ key }}, {{ columns }}, updated_at, _airbyte_extracted_at as extracted_at, 0 as is_kept
            from {{ source('recharge', stream) }}
            {% if with_kept and var('charges_kept_schema') %}
            union all
            select {{ key }}, {{ columns }}, updated_at, null, 1
            from {{ source('recharge_kept', stream) }}
            {% endif %}
        )

        select distinct every_row.*
        from every_row
        left join every_row as newer
            on {% for column in key.split(', ') -%} every_row.{{ column }} = newer.{{ column }} and {% endfor %}
            (
                newer.updated_at > every_row.updated_at
                or (newer.updated_at = every_row.updated_at and newer.is_kept < every_row.is_kept)
                or (newer.updated_at = every_row.updated_at and newer.extracted_at > every_row.extracted_at)
            )
        where newer.is_kept is null
    )
{% endmacro %}

{# Orders, and which of them count as money; the lines of orders or charges. #}
{% macro raw_orders() %}
    {% set columns %}
        upper(currency) as currency, status, processed_at, {{ json_id('customer', 'id') }} as customer_id,
        {{ money('total_price') }} as total_price, {{ money('total_discounts') }} as total_discounts,
        status in ('success', 'refunded', 'partially_refunded') as is_billed
    {% endset %}
    (select * from {{ raw_rows('orders', columns) }} as every_order where status is not null)
{% endmacro %}

{% macro raw_lines(stream, key, with_kept=false) %}
    {% set columns %}
        purchase_item_type, purchase_item_id, {{ money('tax_due') }} as tax,
        {{ money('unit_price') }} * coalesce(quantity, 1) as price
    {% endset %}
    {{ raw_rows(stream, columns, key=key ~ ', index', with_kept=with_kept) }}
{% endmacro %}

{# Rows where two sums of one currency differ, or one of them is missing. #}
{% macro differing_sums(mart, raw) %}
with sums as (
    select currency, sum(in_mart) as in_mart, sum(in_raw) as in_raw
    from (
        select currency, amount as in_mart, 0 as in_raw from ({{ mart }}) as of_mart
        union all
        select currency, 0 as in_mart, amount as in_raw from ({{ raw }}) as of_raw
    ) as both_sides
    group by currency
)

select *
from sums
where in_mart <> in_raw
{% endmacro %}
