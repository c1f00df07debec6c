"""What deploy/aws/template.yaml makes in an AWS account: who may do what, with and without options."""

import pytest

from cloudformation import Stack
from harness.processes import ROOT

TEMPLATE = ROOT / "deploy" / "aws" / "template.yaml"
ACCOUNT, REGION = "123456789012", "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"


def stack(**parameters):
    pseudo = {"Partition": "aws", "Region": REGION, "AccountId": ACCOUNT, "StackName": "tidb"}
    return Stack(TEMPLATE.read_text(), pseudo, parameters)


def statements(made):
    """What the function may and may not do, as (effect, actions, resource, condition)."""
    found = []
    for policy in made.properties("AWS::IAM::Role")["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            actions = [actions] if isinstance(actions, str) else actions
            found.append((statement["Effect"], set(actions), statement["Resource"],
                          statement.get("Condition")))
    return found


READ_CREDENTIALS = (
    "Allow", {"secretsmanager:GetSecretValue"},
    f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:appflow!{ACCOUNT}-*", None)
WRITE_LOGS = ("Allow", {"logs:CreateLogStream", "logs:PutLogEvents"}, "LogGroup.Arn", None)


def test_the_function_is_what_appflow_calls():
    function = stack().properties("AWS::Serverless::Function")
    assert function["Runtime"] == "provided.al2023"
    assert function["Architectures"] == ["x86_64"]
    assert function["Timeout"] == 30
    assert function["MemorySize"] == 256
    assert function["Role"] == "Role.Arn"
    assert not {"Policies", "Tracing", "VpcConfig", "Environment"} & set(function)


def test_it_may_read_connections_and_write_its_log_and_nothing_else():
    made = stack()
    assert statements(made) == [READ_CREDENTIALS, WRITE_LOGS]
    role = made.properties("AWS::IAM::Role")
    assert "ManagedPolicyArns" not in role
    assert [s["Principal"] for s in role["AssumeRolePolicyDocument"]["Statement"]] == [
        {"Service": "lambda.amazonaws.com"}]


def test_its_log_is_its_own_and_is_forgotten_in_time():
    made = stack(LogRetentionDays=7)
    assert made.properties("AWS::Logs::LogGroup") == {
        "LogGroupName": "/aws/lambda/tidb", "RetentionInDays": 7}
    assert made.properties("AWS::Serverless::Function")["LoggingConfig"] == {"LogGroup": "LogGroup"}


def test_only_appflow_of_this_account_may_call_it():
    assert stack().properties("AWS::Lambda::Permission") == {
        "FunctionName": "TiDBConnector", "Action": "lambda:InvokeFunction",
        "Principal": "appflow.amazonaws.com", "SourceAccount": ACCOUNT,
        "SourceArn": f"arn:aws:appflow:{REGION}:{ACCOUNT}:*"}


def test_it_is_registered_once_appflow_may_call_it():
    made = stack()
    assert made.properties("AWS::AppFlow::Connector") == {
        "ConnectorLabel": "TiDB-Connector",
        "Description": "Tables of TiDB, as source and as destination",
        "ConnectorProvisioningType": "LAMBDA",
        "ConnectorProvisioningConfig": {"Lambda": {"LambdaArn": "TiDBConnector.Arn"}}}
    assert made.resources["Connector"]["DependsOn"] == "AppFlowMayInvoke"
    assert made.outputs == {"FunctionArn": "TiDBConnector.Arn", "ConnectorLabel": "TiDB-Connector"}


def test_it_may_be_left_unregistered():
    made = stack(RegisterConnector="no")
    assert "AWS::AppFlow::Connector" not in {r["Type"] for r in made.resources.values()}
    assert made.outputs == {"FunctionArn": "TiDBConnector.Arn"}


def test_in_a_vpc_it_gets_interfaces_that_its_own_code_can_not_make():
    made = stack(SubnetIds="subnet-1,subnet-2", SecurityGroupIds="sg-1")
    assert made.properties("AWS::Serverless::Function")["VpcConfig"] == {
        "SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    kept, allowed, denied = (statements(made)[:2], *statements(made)[2:])
    assert kept == [READ_CREDENTIALS, WRITE_LOGS]
    assert allowed[0] == "Allow"
    assert all(action.startswith("ec2:") and "NetworkInterface" in action
               or action in ("ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses",
                             "ec2:UnassignPrivateIpAddresses") for action in allowed[1])
    assert denied == ("Deny", {"ec2:*"}, "*", {"Null": {"lambda:SourceFunctionArn": "false"}})


@pytest.mark.parametrize("half", [{"SubnetIds": "subnet-1"}, {"SecurityGroupIds": "sg-1"}])
def test_half_a_vpc_is_not_taken_for_none(half):
    # Lambda refuses it, and says what is missing.
    assert "VpcConfig" in stack(**half).properties("AWS::Serverless::Function")


def test_a_key_of_ones_own_is_used_for_secrets_only():
    assert statements(stack(KmsKeyArn=KEY)) == [
        READ_CREDENTIALS,
        ("Allow", {"kms:Decrypt"}, KEY,
         {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}),
        WRITE_LOGS]
