{#
    The newest row of each key of a stream, whether the destination appends or deduplicates. The columns are named, so
    that a kept table may have others beside them.
#}
{% macro current_rows(stream, columns, key='id', with_kept=false) %}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ key }} order by updated_at desc nulls last, is_kept, extracted_at desc
            ) as version
        from (
            select {{ columns }}, updated_at, _airbyte_extracted_at as extracted_at, 0 as is_kept
            from {{ source('recharge', stream) }}
            {% if with_kept and var('charges_kept_schema') %}
            union all
            select {{ columns }}, updated_at, null, 1
            from {{ source('recharge_kept', stream) }}
            {% endif %}
        ) as every_row
    ) as every_version
    where version = 1
{% endmacro %}

{# Tombstones have no creation time, and nothing else but their key and times. #}
{% macro is_no_tombstone(other) %}(created_at is not null or {{ other }} is not null){% endmacro %}

{# Fails where a mart would replace a raw table of its name. #}
{% macro refuse_raw_schema() %}
    {% if execute %}
        {% set raw = [var('recharge_database') or target.database, var('recharge_schema')] | map('lower') | list %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.package_name == 'recharge' %}
            {% if [node.database, node.schema] | map('lower') | list == raw %}
                {{ exceptions.raise_compiler_error(
                    node.name ~ " would be written among the tables of the connection, in the schema " ~ node.schema
                    ~ ", and replace one of that name. Give the profile another schema."
                ) }}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
