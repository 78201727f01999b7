-- Prices and taxes of the lines of charges that are not queued, by currency, are those of the raw tables.
{{ config(enabled=var('with_charges')) }}
{% set mart %}
    select currency, price + tax as amount from {{ ref('line_items') }} where source = 'charge'
{% endset %}
{% set raw %}
    select charges.currency, coalesce(lines.price, 0) + coalesce(lines.tax, 0) as amount
    from {{ raw_lines('charge_line_items', 'charge_id', with_kept=true) }} as lines
    inner join {{ raw_rows('charges', 'upper(currency) as currency, status', with_kept=true) }} as charges
        on lines.charge_id = charges.id and lines.updated_at = charges.updated_at
    where charges.status <> 'queued'
{% endset %}
{{ differing_sums(mart, raw) }}
