import Form from '@rjsf/core';
import type { DescriptionFieldProps, ObjectFieldTemplateProps, RJSFSchema, UiSchema } from '@rjsf/utils';
import validator from '@rjsf/validator-ajv8';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import specification from '../../spec.json' with { type: 'json' };

/** The form of spec.json, by the words that Airbyte's own form goes by: order, groups, secrets, hidden fields. */
interface Field {
  readonly order: number;
  readonly group: string;
  readonly type: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
  readonly airbyte_secret?: boolean;
  readonly airbyte_hidden?: boolean;
}

const { groups, ...schema } = specification.connectionSpecification;
const fields = Object.entries(schema.properties as Readonly<Record<string, Field>>).toSorted(
  ([, a], [, b]) => a.order - b.order,
);

function uiOf(field: Field): UiSchema {
  const own = field.airbyte_hidden ? 'hidden' : field.airbyte_secret ? 'password' : undefined;
  // Airbyte's field for a date takes text beside its calendar; the browser's own would write milliseconds.
  const widget = own ?? (field.format === undefined ? undefined : 'text');
  return {
    ...(widget !== undefined && { 'ui:widget': widget }),
    'ui:placeholder': field.examples === undefined ? '' : String(field.examples[0]),
    'ui:enableMarkdownInDescription': false,
  };
}

const ui: UiSchema = {
  'ui:order': fields.map(([name]) => name),
  'ui:submitButtonOptions': { submitText: 'Set up source' },
  ...Object.fromEntries(fields.map(([name, field]) => [name, uiOf(field)])),
};

/** Descriptions may hold the few tags of HTML that Airbyte's form shows. */
const Description = ({ description }: DescriptionFieldProps) =>
  createElement('p', {
    className: 'description',
    dangerouslySetInnerHTML: { __html: typeof description === 'string' ? description : '' },
  });

/** Fields under the headings of their groups. */
const Groups = ({ properties }: ObjectFieldTemplateProps) =>
  createElement(
    'div',
    null,
    groups.map(({ id, title }) =>
      createElement(
        'section',
        { key: id },
        createElement('h2', null, title),
        properties
          .filter(({ name }) => fields.some(([key, { group }]) => key === name && group === id))
          .map(({ content }) => content),
      ),
    ),
  );

createRoot(document.body).render(
  createElement(Form, {
    schema: schema as RJSFSchema,
    uiSchema: ui,
    validator,
    liveValidate: 'onChange',
    showErrorList: false,
    noHtml5Validate: true,
    templates: { DescriptionFieldTemplate: Description, ObjectFieldTemplate: Groups },
    onSubmit: ({ formData }: { formData?: unknown }) => Object.assign(window, { submitted: formData }),
  }),
);
