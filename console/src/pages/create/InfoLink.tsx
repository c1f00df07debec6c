import Link from '@cloudscape-design/components/link';
import { useOpenHelp } from '../../app/page';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

export function InfoLink({ about }: { about: string }) {
  const t = useTexts(texts);
  const openHelp = useOpenHelp();
  return (
    <Link variant="info" onFollow={openHelp} ariaLabel={`${t.info}: ${about}`}>
      {t.info}
    </Link>
  );
}
