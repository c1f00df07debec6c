import type {
  ConnectorConfiguration,
  ConnectorProfile,
  DescribeFlowCommandOutput,
} from '@aws-sdk/client-appflow';
import { nameOf, type ConnectorRef } from '../../api/queries';
import { titleOf } from '../../components/connect/connectors';

/** Whose log there is to look at: what Lambda calls it by the function's name. */
export function connectorsOfFlow(
  flow: DescribeFlowCommandOutput,
  connections: readonly ConnectorProfile[],
  connectors: readonly ConnectorConfiguration[],
): { builtIn: string[]; logGroups: string[] } {
  const builtIn = new Set<string>();
  const logGroups = new Set<string>();
  for (const side of [flow.sourceFlowConfig, ...(flow.destinationFlowConfigList ?? [])]) {
    if (!side?.connectorType) continue;
    const connection = connections.find(
      ({ connectorProfileName }) => connectorProfileName === side.connectorProfileName,
    );
    const ref: ConnectorRef = {
      connectorType: side.connectorType,
      connectorLabel: connection?.connectorLabel,
    };
    const name = nameOf(ref);
    const arn = connectors.find(({ connectorLabel }) => name !== '' && connectorLabel === name)
      ?.connectorProvisioningConfig?.lambda?.lambdaArn;
    // "arn:aws:lambda:us-east-1:000000000000:function:tidb-connector"
    const functionName = arn?.split(':')[6];
    if (functionName) logGroups.add(`/aws/lambda/${functionName}`);
    else if (name) builtIn.add(titleOf(ref));
  }
  return { builtIn: [...builtIn], logGroups: [...logGroups] };
}
