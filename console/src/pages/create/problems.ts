import type { ConnectorConfiguration, ConnectorEntity } from '@aws-sdk/client-appflow';
import { bucketFault, sideFaults, type Role } from './endpoints';
import type { FlowDraft } from './draft';
import {
  descriptionFault,
  flowNameFault,
  kmsArnFault,
  tagKeyFault,
  tagValueFault,
} from './flowDetails';

/** The controls of step 1 that stand in the way of step 2, in their order. They say why. */
export function wrongDetails(draft: FlowDraft, isNameTaken: boolean): string[] {
  const { flowName, description, kmsArn, tags } = draft;
  const keys = tags.map(({ key }) => key);
  const faults: [string, unknown][] = [
    ['flow-name', isNameTaken || flowNameFault(flowName)],
    ['flow-description', descriptionFault(description)],
    ['kms-arn', kmsArn !== '' && kmsArnFault(kmsArn)],
    ...tags.flatMap(({ key, value }, i): [string, unknown][] => [
      [`tag-key-${i}`, tagKeyFault(key, keys)],
      [`tag-value-${i}`, tagValueFault(value)],
    ]),
  ];
  return faults.filter(([, fault]) => fault).map(([control]) => control);
}

/** The controls of step 2 that stand in the way of step 3. */
export function wrongConfiguration(
  draft: FlowDraft,
  connectors: Record<Role, ConnectorConfiguration | undefined>,
  objects: Record<Role, ConnectorEntity[] | undefined>,
): string[] {
  const { description, destination, errorHandling } = draft;
  const faultsOf = (role: Role) =>
    sideFaults(role, draft[role], connectors[role], objects[role]).map(({ control }) => control);
  const hasErrorBucket = destination.connectorType !== 'S3' && errorHandling.bucketName !== '';
  return [
    ...(descriptionFault(description) ? ['flow-description'] : []),
    ...faultsOf('source'),
    ...faultsOf('destination'),
    ...(hasErrorBucket && bucketFault(errorHandling.bucketName) ? ['errors-bucket'] : []),
  ];
}
