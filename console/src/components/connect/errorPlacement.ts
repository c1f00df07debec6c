import type { ServiceError } from '../../api/errors';
import type { Control } from './credentialForm';

/**
 * Under which controls an error of the service belongs, by the control's id: where the service
 * names the field, there; a log-in that was refused without a word on why, at the password.
 */
export function placeError(error: ServiceError, controls: Control[]): Record<string, string> {
  const placed: Record<string, string> = {};
  for (const { id, key } of controls) {
    const message = error.byField[key];
    if (message) placed[id] = message;
  }
  if (Object.keys(placed).length === 0 && error.code === 'ConnectorAuthenticationException') {
    const secret = controls.find(({ isSensitive }) => isSensitive);
    if (secret) placed[secret.id] = error.message;
  }
  return placed;
}
