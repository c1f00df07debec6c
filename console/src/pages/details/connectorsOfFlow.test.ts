import type { ConnectorConfiguration, ConnectorProfile, DescribeFlowCommandOutput } from '@aws-sdk/client-appflow';
import { expect, it } from 'vitest';
import { connectorsOfFlow } from './connectorsOfFlow';

const connections: ConnectorProfile[] = [
  { connectorProfileName: 'tidb', connectorType: 'CustomConnector', connectorLabel: 'TiDB-Connector' },
  { connectorProfileName: 'in-process', connectorType: 'CustomConnector', connectorLabel: 'TiDB' },
];
const lambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:tidb-connector';
const connectors: ConnectorConfiguration[] = [
  { connectorType: 'Salesforce' },
  { connectorType: 'CustomConnector', connectorLabel: 'TiDB' },
  {
    connectorType: 'CustomConnector',
    connectorLabel: 'TiDB-Connector',
    connectorProvisioningConfig: { lambda: { lambdaArn } },
  },
];
const flowTo = (connectorProfileName: string) =>
  ({
    sourceFlowConfig: { connectorType: 'Salesforce', connectorProfileName: 'sf' },
    destinationFlowConfigList: [{ connectorType: 'CustomConnector', connectorProfileName }],
  }) as DescribeFlowCommandOutput;

it("a registered connector's log is its function's", () => {
  expect(connectorsOfFlow(flowTo('tidb'), connections, connectors)).toEqual({
    builtIn: ['Salesforce'],
    logGroups: ['/aws/lambda/tidb-connector'],
  });
});

it('what is built in has none', () => {
  expect(connectorsOfFlow(flowTo('in-process'), connections, connectors)).toEqual({
    builtIn: ['Salesforce', 'TiDB'],
    logGroups: [],
  });
});

it('a connection that is gone says nothing', () => {
  expect(connectorsOfFlow(flowTo('gone'), connections, connectors).logGroups).toEqual([]);
});
