import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import { toServiceError } from '../../api/errors';
import { Combobox } from '../../components/Combobox';
import { useTexts } from '../../i18n/texts';
import { useFunctions } from '../functions/functions';
import { texts } from './texts';

/** A function by its ARN, among all that there are. */
export function FunctionField({
  arn,
  isChecked,
  onChange,
}: {
  arn: string | undefined;
  isChecked: boolean;
  onChange: (arn: string) => void;
}) {
  const t = useTexts(texts);
  const functions = useFunctions();
  const options = functions.data?.map(({ FunctionArn, FunctionName, Runtime }) => ({
    value: FunctionArn,
    label: FunctionName,
    description: Runtime,
    title: FunctionName, // In full, where it is cut.
  }));
  return (
    <FormField
      label={t.lambdaFunction}
      description={t.lambdaFunctionHint}
      errorText={isChecked && !arn && t.functionMissing}
    >
      <Grid gridDefinition={[{ colspan: 10 }, { colspan: 2 }]}>
        <Combobox
          selectedOption={options?.find(({ value }) => value === arn) ?? null}
          options={options}
          placeholder={t.chooseFunction}
          filteringType="auto"
          statusType={functions.isError ? 'error' : functions.isPending ? 'loading' : 'finished'}
          loadingText={t.loadingFunctions}
          errorText={functions.error ? toServiceError(functions.error, t.functionsFailed).message : undefined}
          recoveryText={t.retry}
          onLoadItems={() => functions.isError && void functions.refetch()}
          empty={t.noFunctions}
          noMatch={t.noMatches}
          ariaRequired
          onChange={({ detail }) => onChange(detail.selectedOption.value!)}
        />
        <Button
          iconName="refresh"
          ariaLabel={t.refreshFunctions}
          loading={functions.isFetching}
          onClick={() => void functions.refetch()}
        />
      </Grid>
    </FormField>
  );
}
