-- What all cohorts spent, by currency, is what the raw orders cost.
{% set mart %}
    select currency, spent as amount from {{ ref('cohorts') }}
{% endset %}
{% set raw %}
    select currency, total_price as amount from {{ raw_orders() }} as orders where is_billed and customer_id is not null
{% endset %}
{{ differing_sums(mart, raw) }}
