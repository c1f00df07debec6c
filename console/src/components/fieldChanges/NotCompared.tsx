import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useTexts } from '../../i18n/texts';
import { ErrorText } from '../ErrorText';
import { texts } from './texts';

/** That nobody knows what has become of a flow's fields, and why. */
export function NotCompared({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTexts(texts);
  return (
    <Alert
      type="info"
      header={t.notCompared}
      action={<Button onClick={onRetry}>{t.compareAgain}</Button>}
    >
      <div>
        <ErrorText error={error} />
      </div>
      {t.notComparedText}
    </Alert>
  );
}
