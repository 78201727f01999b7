{# All that one warehouse says in another way than the next: two expressions. A new warehouse needs these two. #}

{# A value within an object, as text. #}
{% macro json_text(column, key) %}{{ return(adapter.dispatch('json_text', 'recharge')(column, key)) }}{% endmacro %}

{% macro postgres__json_text(column, key) %}({{ column }} ->> '{{ key }}'){% endmacro %}
{% macro duckdb__json_text(column, key) %}({{ column }} ->> '$.{{ key }}'){% endmacro %}
{% macro bigquery__json_text(column, key) %}json_value({{ column }}, '$.{{ key }}'){% endmacro %}
{% macro snowflake__json_text(column, key) %}cast(get_path({{ column }}, '{{ key }}') as varchar){% endmacro %}

{# The wall clock of the shop's zone at an instant. A column without a zone is UTC, whatever the session's zone is. #}
{% macro shop_time(column) -%}
    {{ return(adapter.dispatch('shop_time', 'recharge')(column, var('time_zone'))) }}
{%- endmacro %}

{% macro postgres__shop_time(column, zone) -%}
    (to_timestamp(extract(epoch from {{ column }})) at time zone '{{ zone }}')
{%- endmacro %}
{% macro duckdb__shop_time(column, zone) -%}
    timezone('{{ zone }}', make_timestamptz(epoch_us({{ column }})))
{%- endmacro %}
{% macro bigquery__shop_time(column, zone) -%}
    datetime({{ column }}, '{{ zone }}')
{%- endmacro %}
{% macro snowflake__shop_time(column, zone) -%}
    cast(convert_timezone('{{ zone }}', {{ column }}) as timestamp_ntz)
{%- endmacro %}
