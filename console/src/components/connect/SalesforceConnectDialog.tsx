import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { toServiceError } from '../../api/errors';
import { returnedTo, takeReturned } from '../../api/oauthChannel';
import { keys, useConnections, type ConnectorRef } from '../../api/queries';
import { useTexts } from '../../i18n/texts';
import { Combobox } from '../Combobox';
import { ErrorAlert } from '../ErrorAlert';
import type { ConnectDialogProps } from './ConnectDialog';
import { ConnectFrame } from './ConnectFrame';
import { ConnectionNameField } from './ConnectionNameField';
import type { Authorization } from './credentialForm';
import { EncryptionFields, isKmsArn } from './EncryptionFields';
import { forgetApp, keepApp, KEPT_APPS, useKeptApps } from './keptApps';
import { checkConnectionName } from './names';
import { authorizationUrl, newState, redirectUri } from './oauthWindow';
import {
  authorizeUrl,
  checkSalesforce,
  initialForm,
  loginUrlOf,
  salesforceConfig,
  SCOPE,
  withApp,
  type Environment,
  type KeptApp,
  type SalesforceForm,
} from './salesforceForm';
import { salesforceTexts } from './salesforceTexts';
import { saveConnection } from './saveConnection';
import { texts } from './texts';
import { useAuthorization } from './useAuthorization';

const LABEL = 'Salesforce';
const REF: ConnectorRef = { connectorType: 'Salesforce' };
const NO_APPS: KeptApp[] = [];

/** What goes along when the page is left for Salesforce's. */
interface LeftForm {
  form: SalesforceForm;
  kmsArn: string | undefined;
}

/** Names the org, and the app as which it is entered; Salesforce asks for the rest itself. */
export function SalesforceConnectDialog(props: ConnectDialogProps) {
  const apps = useKeptApps();
  const connections = useConnections(REF);
  if (apps.isLoading || connections.isLoading) return null;
  const latest = connections.data
    ?.slice()
    .sort((a, b) => Number(b.lastUpdatedAt) - Number(a.lastUpdatedAt))
    .at(0);
  const instanceUrl = (props.connection ?? latest)?.connectorProfileProperties?.Salesforce?.instanceUrl;
  return <SalesforceForms {...props} apps={apps.data ?? NO_APPS} appsError={apps.error} instanceUrl={instanceUrl} />;
}

function SalesforceForms({
  connection,
  onConnected,
  onDismiss,
  apps,
  appsError,
  instanceUrl,
}: ConnectDialogProps & { apps: KeptApp[]; appsError: unknown; instanceUrl: string | undefined }) {
  const t = useTexts(texts);
  const s = useTexts(salesforceTexts);
  const queries = useQueryClient();
  // Back from Salesforce's page, in this very tab.
  const [left] = useState(() => returnedTo(LABEL)?.form as LeftForm | undefined);
  const [form, setForm] = useState<SalesforceForm>(() => ({
    ...(left?.form ?? initialForm(apps, instanceUrl)),
    ...(connection && { name: connection.connectorProfileName }),
  }));
  const [clientSecret, setClientSecret] = useState('');
  const [kmsArn, setKmsArn] = useState(left?.kmsArn);
  const [checks, setChecks] = useState(0);
  const { authorize, read, notice } = useAuthorization(LABEL);
  const isChecked = checks > 0;
  const problems = checkSalesforce(form, clientSecret);

  const newApp = () => keepApp({ clientId: form.clientId.trim(), clientSecret: clientSecret.trim(), loginUrl: loginUrlOf(form) });
  const save = useMutation({
    async mutationFn(authorization: Promise<Authorization>) {
      const code = await authorization;
      const appArn = form.appArn || (await newApp());
      try {
        await saveConnection(REF, connection, form.name, kmsArn, salesforceConfig(form, appArn, code));
      } catch (thrown) {
        // What did not work is not kept; it is still in the form, to be corrected.
        if (!form.appArn) await forgetApp(appArn);
        throw thrown;
      }
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.connections });
      await queries.invalidateQueries({ queryKey: KEPT_APPS });
      if (connection) await queries.invalidateQueries({ queryKey: ['entities', form.name] });
      onConnected(form.name);
    },
    onError: () => setChecks((count) => count + 1),
  });
  const { mutate } = save;

  useEffect(() => {
    const arrival = takeReturned(LABEL);
    if (arrival) mutate(read(arrival.answer));
  }, []); // Once: an answer is good for one attempt.

  function change(part: Partial<SalesforceForm>) {
    setForm({ ...form, ...part });
    if (!save.isPending) save.reset();
  }

  function submit() {
    save.reset();
    if (checkConnectionName(form.name) || Object.keys(problems).length || (kmsArn !== undefined && !isKmsArn(kmsArn))) {
      setChecks((count) => count + 1);
      return;
    }
    const state = newState();
    const url = authorizationUrl({
      authorizeUrl: authorizeUrl(form),
      clientId: apps.find(({ arn }) => arn === form.appArn)?.clientId ?? form.clientId.trim(),
      redirectUri: redirectUri(),
      scope: SCOPE,
      state,
      more: { prompt: 'login consent' },
    });
    mutate(
      authorize(url, state, async () => ({
        state,
        page: location.pathname + location.hash,
        connector: LABEL,
        connection: connection?.connectorProfileName,
        form: { form: { ...form, appArn: form.appArn || (await newApp()) }, kmsArn } satisfies LeftForm,
      })),
    );
  }

  const error = save.error && toServiceError(save.error, '');
  // OAuth's word for an app whose ID or secret is wrong (RFC 6749, 5.2).
  const refusedApp =
    error?.byField['clientSecret'] ?? (error?.message.includes('invalid_client') ? error.message : undefined);
  const environments: { value: Environment; label: string; description?: string }[] = [
    { value: 'production', label: s.production },
    { value: 'sandbox', label: s.sandbox },
    { value: 'own', label: s.own, description: s.ownText },
  ];
  const app = apps.find(({ arn }) => arn === form.appArn);
  const appOption = ({ arn, name, clientId, loginUrl }: KeptApp) => ({
    value: arn,
    label: s.appName(name, clientId),
    description: loginUrl,
  });
  const enterOption = { value: '', label: s.enterApp };

  return (
    <ConnectFrame
      title={connection ? t.reconnectTitle(form.name) : t.title(LABEL)}
      label={LABEL}
      action={t.continue}
      isBusy={save.isPending}
      error={save.error ?? undefined}
      errorHeader={connection ? t.reconnectFailed : t.failed}
      notice={
        notice ||
        (save.isPending && (
          <Alert type="info">
            <StatusIndicator type="in-progress">{s.finishing}</StatusIndicator>
          </Alert>
        ))
      }
      checks={checks}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {appsError !== null && <ErrorAlert error={appsError} header={s.appsUnreadable} />}
      <ConnectionNameField
        name={form.name}
        isFixed={connection !== undefined}
        isChecked={isChecked}
        error={error?.code === 'ConflictException' ? error.message : undefined}
        onChange={(name) => change({ name })}
      />
      <FormField label={s.environment}>
        <RadioGroup
          value={form.environment}
          items={environments}
          onChange={({ detail }) => change({ environment: detail.value as Environment })}
        />
      </FormField>
      {form.environment === 'own' && (
        <FormField
          label={s.ownUrl}
          description={s.ownUrlHint}
          errorText={error?.byField['instanceUrl'] ?? (isChecked && problems.ownUrl && s.ownUrlWrong)}
        >
          <Input
            value={form.ownUrl}
            inputMode="url"
            spellcheck={false}
            onChange={({ detail }) => change({ ownUrl: detail.value })}
          />
        </FormField>
      )}
      {apps.length > 0 && (
        <FormField label={s.app} description={s.appHint}>
          <Combobox
            selectedOption={app ? appOption(app) : enterOption}
            options={[...apps.map(appOption), enterOption]}
            onChange={({ detail }) =>
              change(withApp(form, apps.find(({ arn }) => arn === detail.selectedOption.value)))
            }
          />
        </FormField>
      )}
      {!form.appArn && (
        <SpaceBetween size="m">
          <div>
            <Box>{s.newApp}</Box>
            <CopyToClipboard
              variant="inline"
              textToCopy={redirectUri()}
              copyButtonAriaLabel={s.copyCallback}
              copySuccessText={s.copied}
              copyErrorText={s.copyFailed}
            />
          </div>
          <FormField
            label={s.clientId}
            description={s.clientIdHint}
            errorText={error?.byField['clientId'] ?? (isChecked && problems.clientId && s.clientIdMissing)}
          >
            <Input
              value={form.clientId}
              autoComplete="off"
              spellcheck={false}
              onChange={({ detail }) => change({ clientId: detail.value })}
            />
          </FormField>
          <FormField
            label={s.clientSecret}
            description={s.clientSecretHint}
            errorText={
              refusedApp ?? (isChecked && problems.clientSecret && s.clientSecretMissing)
            }
          >
            <Input
              type="password"
              value={clientSecret}
              autoComplete="new-password"
              onChange={({ detail }) => {
                setClientSecret(detail.value);
                save.reset();
              }}
            />
          </FormField>
        </SpaceBetween>
      )}
      {!connection && <EncryptionFields kmsArn={kmsArn} isChecked={isChecked} onChange={setKmsArn} />}
    </ConnectFrame>
  );
}
