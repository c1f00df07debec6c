import { toServiceError, type ServiceError } from '../api/errors';
import { defineTexts, useTexts } from '../i18n/texts';

const texts = defineTexts(
  { offline: 'The service does not answer. Nothing is lost: try again when it is back.' },
  { offline: '服务没有响应。内容不会丢失：服务恢复后请重试。' },
);

/** Whatever was thrown, as something to show. */
export function useServiceError(thrown: unknown): ServiceError {
  return toServiceError(thrown, useTexts(texts).offline);
}
