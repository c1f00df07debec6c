import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Alert from '@cloudscape-design/components/alert';
import { useEffect, useMemo, useState } from 'react';
import { toServiceError } from '../../api/errors';
import { returnedTo, takeReturned } from '../../api/oauthChannel';
import { keys, nameOf, type ConnectorRef } from '../../api/queries';
import { useTexts } from '../../i18n/texts';
import { Combobox } from '../Combobox';
import type { ConnectDialogProps } from './ConnectDialog';
import { isRegistered } from './connectors';
import { ConnectFrame } from './ConnectFrame';
import { ConnectionNameField } from './ConnectionNameField';
import { ControlField } from './ControlField';
import {
  authMethods,
  checkValue,
  connectionSettings,
  credentialControls,
  initialValues,
  needsWindow,
  profileConfig,
  type AuthMethod,
  type Authorization,
  type Values,
} from './credentialForm';
import { EncryptionFields, isKmsArn } from './EncryptionFields';
import { placeError } from './errorPlacement';
import { checkConnectionName } from './names';
import { authorizationUrl, newState, redirectUri } from './oauthWindow';
import { saveConnection } from './saveConnection';
import { useSavedValues, type Saved } from './savedValues';
import { texts, type ConnectTexts } from './texts';
import { useAuthorization } from './useAuthorization';
import { useIsSlow } from './useIsSlow';
import { windowTexts } from './windowTexts';

/** What goes along when the page is left for the authorization server's. */
interface LeftForm {
  methodId: string | undefined;
  values: Values;
  name: string;
  kmsArn: string | undefined;
}

/** Drawn from what the connector says of itself. */
export function CustomConnectDialog(props: ConnectDialogProps) {
  const { data, isLoading, error } = useSavedValues(props.connector, props.connection);
  if (isLoading) return null;
  return <CustomConnectForm {...props} saved={data} isUnreadable={error !== null} />;
}

function methodName({ type, customType }: AuthMethod, t: ConnectTexts): string {
  return type === 'CUSTOM' ? t.CUSTOM_name(customType ?? '') : t[`${type}_name`];
}

function CustomConnectForm({
  connector,
  connection,
  onConnected,
  onDismiss,
  saved,
  isUnreadable,
}: ConnectDialogProps & { saved: Saved | undefined; isUnreadable: boolean }) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const ref: ConnectorRef = {
    connectorType: 'CustomConnector',
    connectorLabel: connector.connectorLabel,
  };
  const label = nameOf(ref);
  const methods = useMemo(() => authMethods(connector), [connector]);
  // Back from the authorization server's page, in this very tab.
  const [arrival] = useState(() => returnedTo(label));
  const left = arrival?.form as LeftForm | undefined;
  const [answer, setAnswer] = useState(arrival?.answer);
  useEffect(() => {
    takeReturned(label);
  }, [label]);
  const [method, setMethod] = useState<AuthMethod | undefined>(
    methods.find(({ id }) => id === left?.methodId) ?? saved?.method ?? methods[0],
  );
  const credentials = useMemo(() => (method ? credentialControls(connector, method) : []), [connector, method]);
  const settings = useMemo(() => connectionSettings(connector), [connector]);
  const controls = [...credentials, ...settings];
  const [typed, setTyped] = useState<Values>(left?.values ?? saved?.values ?? {});
  const values = { ...initialValues(controls), ...typed };
  const [name, setName] = useState(connection?.connectorProfileName ?? left?.name ?? '');
  const [kmsArn, setKmsArn] = useState(left?.kmsArn);
  const [checks, setChecks] = useState(0);
  /** Answers of the service that no longer fit what is typed. */
  const [corrected, setCorrected] = useState<ReadonlySet<string>>(new Set());
  const isChecked = checks > 0;
  const isByWindow = needsWindow(method, values);
  const { authorize, read, notice } = useAuthorization(label);
  const inWindow = useTexts(windowTexts);

  const save = useMutation({
    mutationFn: async (authorization: Promise<Authorization> | undefined) =>
      saveConnection(ref, connection, name, kmsArn, profileConfig(method, controls, values, await authorization)),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.connections });
      if (connection) await queries.invalidateQueries({ queryKey: ['entities', name] });
      onConnected(name);
    },
    onError: () => setChecks((count) => count + 1),
  });
  const placed = save.error ? placeError(toServiceError(save.error, ''), controls) : {};
  const isSlow = useIsSlow(save.isPending && !notice && isRegistered(connector));
  const isTaken = save.error?.name === 'ConflictException' && !corrected.has('name');

  function submit() {
    const isWrong =
      controls.some((control) => checkValue(control, values[control.id] ?? '')) ||
      checkConnectionName(name) ||
      (kmsArn !== undefined && !isKmsArn(kmsArn));
    setCorrected(new Set());
    save.reset();
    if (isWrong) {
      setChecks((count) => count + 1);
      return;
    }
    if (!isByWindow) {
      save.mutate(undefined);
      return;
    }
    if (answer) {
      setAnswer(undefined); // A code is good for one attempt.
      save.mutate(read(answer));
      return;
    }
    const state = newState();
    const ofAuthUrl = controls.filter(({ part, id }) => part === 'authProperty' && values[id]);
    save.mutate(
      authorize(
        authorizationUrl({
          authorizeUrl: values['oauth authCodeUrl'] ?? '',
          clientId: values['credential clientId'] ?? '',
          redirectUri: redirectUri(),
          scope: values['oauth scopes'] ?? '',
          state,
          more: Object.fromEntries(ofAuthUrl.map(({ key, id }) => [key, values[id]!])),
        }),
        state,
        async () => ({
          state,
          page: location.pathname + location.hash,
          connector: label,
          connection: connection?.connectorProfileName,
          form: {
            methodId: method?.id,
            values: Object.fromEntries(
              controls.filter(({ isSensitive }) => !isSensitive).map(({ id }) => [id, values[id] ?? '']),
            ),
            name,
            kmsArn,
          } satisfies LeftForm,
        }),
      ),
    );
  }

  const fieldOf = (control: (typeof controls)[number]) => (
    <ControlField
      key={control.id}
      control={control}
      value={values[control.id] ?? ''}
      isChecked={isChecked}
      error={corrected.has(control.id) ? undefined : placed[control.id]}
      isKept={connection !== undefined}
      onChange={(value) => {
        setTyped({ ...typed, [control.id]: value });
        setCorrected(new Set([...corrected, control.id]));
      }}
    />
  );

  return (
    <ConnectFrame
      title={connection ? t.reconnectTitle(name) : t.title(label)}
      label={label}
      action={isByWindow ? t.continue : t.connect}
      isBusy={save.isPending}
      error={save.error ?? undefined}
      errorHeader={connection ? t.reconnectFailed : t.failed}
      notice={notice || (answer?.code && <Alert type="info">{inWindow.allowed}</Alert>)}
      isSlow={isSlow}
      checks={checks}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {isUnreadable && <Box color="text-status-warning">{t.savedUnreadable}</Box>}
      {methods.length > 1 && method && (
        <FormField label={t.authenticationType}>
          <Combobox
            selectedOption={{ value: method.id, label: methodName(method, t) }}
            options={methods.map((each) => ({ value: each.id, label: methodName(each, t) }))}
            onChange={({ detail }) => setMethod(methods.find(({ id }) => id === detail.selectedOption.value))}
          />
        </FormField>
      )}
      {method && (
        <SpaceBetween size="m">
          <Box variant="h3">{t[method.type]}</Box>
          {credentials.map(fieldOf)}
        </SpaceBetween>
      )}
      {settings.length > 0 && (
        <SpaceBetween size="m">
          <Box variant="h3">{t.settings}</Box>
          {settings.map(fieldOf)}
        </SpaceBetween>
      )}
      {!connection && <EncryptionFields kmsArn={kmsArn} isChecked={isChecked} onChange={setKmsArn} />}
      <ConnectionNameField
        name={name}
        isFixed={connection !== undefined}
        isChecked={isChecked}
        error={isTaken ? save.error?.message : undefined}
        onChange={(changed) => {
          setName(changed);
          setCorrected(new Set([...corrected, 'name']));
        }}
      />
    </ConnectFrame>
  );
}
