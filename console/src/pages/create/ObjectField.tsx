import type { ConnectorEntity } from '@aws-sdk/client-appflow';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { UseQueryResult } from '@tanstack/react-query';
import { Combobox } from '../../components/Combobox';
import { startingTexts } from '../../components/connect/startingTexts';
import { useIsSlow } from '../../components/connect/useIsSlow';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { withObject, type Role } from './endpoints';
import { statusOf } from './selectStatus';
import type { StepProps } from './step';
import { texts } from './texts';

const MANY = 200;

function optionOf({ name, label }: ConnectorEntity) {
  return {
    value: name,
    label: label || name,
    description: label && label !== name ? name : undefined,
  };
}

/** The object (table) that a side reads or writes. */
export function ObjectField({
  role,
  draft,
  change,
  title,
  objects,
  error,
  isFixed,
  isFunction,
}: Pick<StepProps, 'draft' | 'change'> & {
  role: Role;
  /** The connector's. */
  title: string;
  objects: UseQueryResult<ConnectorEntity[]>;
  error: string | undefined;
  isFixed: boolean;
  /** Whether a connector's function is asked for the objects. */
  isFunction: boolean;
}) {
  const t = useTexts(texts);
  const side = draft[role];
  const found = objects.data?.find(({ name }) => name === side.object);
  const chosen = found ?? (side.object && { name: side.object, label: side.objectLabel });
  const options = (objects.data ?? []).map(optionOf);
  const { starting } = useTexts(startingTexts);
  const isSlow = useIsSlow(objects.isLoading && isFunction);
  return (
    <SpaceBetween size="l">
      {side.connectorType === 'Salesforce' && (
        <FormField label={t.salesforceKind}>
          <RadioGroup
            value="objects"
            items={[
              { value: 'objects', label: t.salesforceObjects },
              {
                value: 'events',
                label: t.salesforceEvents,
                description: t.salesforceEventsOff,
                disabled: true,
              },
            ]}
          />
        </FormField>
      )}
      <FormField
        label={t.object(title)}
        constraintText={isFixed && t.fixedObject}
        errorText={error}
        controlId={`${role}-object`}
      >
        <Combobox
          selectedOption={chosen ? optionOf(chosen) : null}
          options={options.length > 0 ? [{ label: t.objects, options }] : []}
          filteringType="auto"
          virtualScroll={options.length > MANY}
          readOnly={isFixed}
          placeholder={t.objectPlaceholder}
          empty={t.noObjects}
          {...statusOf(objects, t, isSlow ? starting : t.objectsLoading)}
          onChange={({ detail }) => {
            const next = objects.data!.find(({ name }) => name === detail.selectedOption.value);
            if (next && next.name !== side.object) change(withObject(draft, role, next));
          }}
        />
      </FormField>
      {objects.error && (
        <ErrorAlert error={objects.error} header={t.objectsFailed} onRetry={() => void objects.refetch()} />
      )}
    </SpaceBetween>
  );
}
