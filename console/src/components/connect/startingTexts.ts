import { defineTexts } from '../../i18n/texts';

/** Said while a connector's function is asked: one that is cold takes seconds to begin with. */
export const startingTexts = defineTexts(
  { starting: 'Starting the connector…' },
  { starting: '正在启动连接器…' },
);
