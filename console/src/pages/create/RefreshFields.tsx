import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import { useState } from 'react';
import type { useSideFields } from '../../api/sideFields';
import { useTexts } from '../../i18n/texts';
import { mappingTexts } from './mappingTexts';

/** Describes a side's fields again: they may have changed over there. */
export function RefreshFields({
  role,
  fields,
  onRefreshed,
}: {
  role: 'source' | 'destination';
  fields: Pick<ReturnType<typeof useSideFields>, 'refetch' | 'isFetching'>;
  onRefreshed: () => void;
}) {
  const t = useTexts(mappingTexts);
  const [said, setSaid] = useState('');
  const refresh = async () => {
    setSaid('');
    const { data, isSuccess } = await fields.refetch();
    if (isSuccess && data) setSaid(t.refreshed[role](data.length));
    onRefreshed();
  };
  return (
    <>
      <Button
        variant="inline-link"
        iconName="refresh"
        ariaLabel={t.refreshSide[role]}
        loading={fields.isFetching}
        onClick={() => void refresh()}
      >
        {t.refresh}
      </Button>
      <LiveRegion hidden>{said}</LiveRegion>
    </>
  );
}
