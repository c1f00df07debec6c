import { DescribeFlowCommand, type FlowDefinition } from '@aws-sdk/client-appflow';
import { useQuery } from '@tanstack/react-query';
import { appflow } from '../../api/clients';
import { keys, nameOf, useFlows, type ConnectorRef } from '../../api/queries';

/** Whether a flow reads from or writes to a connector of that name. */
export function usesConnector(flow: FlowDefinition, connector: string): boolean {
  const { sourceConnectorType, sourceConnectorLabel, destinationConnectorType, destinationConnectorLabel } = flow;
  const sides = [
    sourceConnectorType && { connectorType: sourceConnectorType, connectorLabel: sourceConnectorLabel },
    destinationConnectorType && {
      connectorType: destinationConnectorType,
      connectorLabel: destinationConnectorLabel,
    },
  ];
  return sides.some((side) => side && nameOf(side) === connector);
}

/** Each flow has to be asked which connection it uses: beyond so many, the service's word will do. */
const MOST_ASKED = 100;

/** The names of the flows that use a connection; of none where it would take too many questions. */
export function useFlowsOfConnection(ref: ConnectorRef, connectionName: string) {
  const flows = useFlows();
  const candidates = flows.data?.filter((flow) => usesConnector(flow, nameOf(ref)));
  return useQuery({
    queryKey: [...keys.connections, 'flows', connectionName],
    queryFn: async () => {
      if (candidates!.length > MOST_ASKED) return [];
      const answers = await Promise.all(
        candidates!.map(({ flowName }) => appflow().send(new DescribeFlowCommand({ flowName }))),
      );
      return answers
        .filter(({ sourceFlowConfig, destinationFlowConfigList }) =>
          [sourceFlowConfig, ...(destinationFlowConfigList ?? [])].some(
            (side) => side?.connectorProfileName === connectionName,
          ),
        )
        .map(({ flowName }) => flowName!);
    },
    enabled: candidates !== undefined,
  });
}
