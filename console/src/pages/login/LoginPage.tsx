import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState, type FormEvent } from 'react';
import { logInByKey, logInByLink } from '../../api/session';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useSettings } from '../../app/settings';
import { useTexts, type Language } from '../../i18n/texts';
import { texts } from './texts';
import './login.css';

const LINK = /^#\/login\/([\w-]+)$/;

/** An access key, or the one-time link that the service printed when it started. */
export function LoginPage({
  hasEnded,
  onLoggedIn,
}: {
  hasEnded: boolean;
  onLoggedIn: () => void;
}) {
  const t = useTexts(texts);
  const { preferences, change } = useSettings();
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secret, setSecret] = useState('');
  const [isChecked, setChecked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [linkMessage, setLinkMessage] = useState<string>();

  useEffect(() => {
    document.title = `${t.title} · Sluice`;
  }, [t]);

  useEffect(() => {
    const token = LINK.exec(location.hash)?.[1];
    if (!token) return;
    history.replaceState(null, '', '#/'); // Used up, and nothing for the history.
    logInByLink(token).then((answer) => {
      if (answer.loggedIn) onLoggedIn();
      else setLinkMessage(answer.message ?? t.linkFailed);
    }, setError);
  }, [onLoggedIn, t]);

  async function logIn(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!accessKeyId || !secret) return;
    setBusy(true);
    setError(undefined);
    try {
      await logInByKey(accessKeyId.trim(), secret.trim());
      onLoggedIn();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  }

  return (
    <main className="login">
      <form onSubmit={(event) => void logIn(event)}>
        <SpaceBetween size="m">
          <Container
            header={
              <Header variant="h1" description={t.description}>
                {t.title}
              </Header>
            }
            footer={<Box color="text-body-secondary">{t.linkHint}</Box>}
          >
            <SpaceBetween size="l">
              {hasEnded && <Alert type="info">{t.ended}</Alert>}
              {linkMessage && <Alert type="warning">{linkMessage}</Alert>}
              {error !== undefined && <ErrorAlert error={error} />}
              <FormField
                label={t.accessKeyId}
                errorText={isChecked && !accessKeyId && t.accessKeyIdMissing}
                stretch
              >
                <Input
                  value={accessKeyId}
                  onChange={({ detail }) => setAccessKeyId(detail.value)}
                  autoComplete="username"
                  spellcheck={false}
                  autoFocus
                />
              </FormField>
              <FormField
                label={t.secret}
                errorText={isChecked && !secret && t.secretMissing}
                stretch
              >
                <Input
                  type="password"
                  value={secret}
                  onChange={({ detail }) => setSecret(detail.value)}
                  autoComplete="current-password"
                />
              </FormField>
              <Button variant="primary" formAction="submit" loading={isBusy}>
                {t.logIn}
              </Button>
            </SpaceBetween>
          </Container>
          <Box textAlign="center">
            <SegmentedControl
              label={t.language}
              selectedId={preferences.language}
              onChange={({ detail }) => change({ language: detail.selectedId as Language })}
              options={[
                { id: 'en', text: 'English' },
                { id: 'zh', text: '中文' },
              ]}
            />
          </Box>
        </SpaceBetween>
      </form>
    </main>
  );
}
