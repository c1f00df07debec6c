import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { logInByLink } from '../../api/session';
import { useSettings } from '../../app/settings';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { tokenOfLink } from './link';
import { LoginForm } from './LoginForm';
import { texts } from './texts';
import './login.css';

/** An access key, or the one-time link that the service printed when it started. */
export function LoginPage({ onLoggedIn }: { onLoggedIn: () => void }) {
  const t = useTexts(texts);
  const { preferences, change } = useSettings();
  const [linkError, setLinkError] = useState<unknown>();
  const [linkMessage, setLinkMessage] = useState<string>();

  useEffect(() => {
    document.title = `${t.title} · Sluice`;
  }, [t]);

  useEffect(() => {
    const token = tokenOfLink();
    if (!token) return;
    history.replaceState(null, '', '#/'); // Used up, and nothing for the history.
    logInByLink(token).then((answer) => {
      if (answer.loggedIn) onLoggedIn();
      else setLinkMessage(answer.message ?? t.linkFailed);
    }, setLinkError);
  }, [onLoggedIn, t]);

  return (
    <main className="login">
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
            {linkMessage && <Alert type="warning">{linkMessage}</Alert>}
            {linkError !== undefined && <ErrorAlert error={linkError} />}
            <LoginForm onLoggedIn={onLoggedIn} />
          </SpaceBetween>
        </Container>
        <Box textAlign="center">
          <Button
            variant="inline-link"
            onClick={() => change({ language: preferences.language === 'en' ? 'zh' : 'en' })}
          >
            {t.otherLanguage}
          </Button>
        </Box>
      </SpaceBetween>
    </main>
  );
}
