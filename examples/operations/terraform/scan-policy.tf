data "aws_iam_policy_document" "relight_deployer_api_scan" {
  # Optional: whether what new pieces need is there. Without it, plans tell what could not be checked.
  statement {
    sid    = "OptionalReads"
    effect = "Allow"

    actions = [
      "acm:DescribeCertificate",
      "iam:GetRole",
    ]

    resources = [
      "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
      "arn:aws:iam::123456789012:role/ecs-task-execution",
    ]
  }

  # Optional: whether what new pieces need is there. Without it, plans tell what could not be checked.
  statement {
    sid    = "OptionalReadsAnywhere"
    effect = "Allow"

    actions = [
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ]

    resources = [
      "*",
    ]
  }

  # Pieces by their ARNs.
  statement {
    sid    = "ReadDynamoDbTable"
    effect = "Allow"

    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:DescribeTable",
      "dynamodb:ListTagsOfResource",
    ]

    resources = [
      "arn:aws:dynamodb:eu-west-1:123456789012:table/deployer-state",
    ]
  }

  # Pieces by their ARNs.
  statement {
    sid    = "ReadEcsCluster"
    effect = "Allow"

    actions = [
      "ecs:DescribeClusters",
    ]

    resources = [
      "arn:aws:ecs:eu-west-1:123456789012:cluster/wonderland",
    ]
  }

  # Pieces by their ARNs.
  statement {
    sid    = "ReadEcsService"
    effect = "Allow"

    actions = [
      "ecs:DescribeServices",
    ]

    resources = [
      "arn:aws:ecs:eu-west-1:123456789012:service/wonderland/deployer-api",
    ]
  }

  # Stars stand for what AWS makes up: ids and revisions.
  statement {
    sid    = "ReadRoute53Change"
    effect = "Allow"

    actions = [
      "route53:GetChange",
    ]

    resources = [
      "arn:aws:route53:::change/*",
    ]
  }

  # Stars stand for what AWS makes up: ids and revisions.
  statement {
    sid    = "ReadRoute53Healthcheck"
    effect = "Allow"

    actions = [
      "route53:GetHealthCheckStatus",
      "route53:ListTagsForResources",
    ]

    resources = [
      "arn:aws:route53:::healthcheck/*",
    ]
  }

  # Stars stand for what AWS makes up: ids and revisions.
  statement {
    sid    = "ReadRoute53Hostedzone"
    effect = "Allow"

    actions = [
      "route53:ListResourceRecordSets",
    ]

    resources = [
      "arn:aws:route53:::hostedzone/*",
    ]
  }

  # These actions take no resource-level permissions.
  statement {
    sid    = "ReadWithoutResourceLevel"
    effect = "Allow"

    actions = [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "ecs:DescribeServiceRevisions",
      "ecs:DescribeTaskDefinition",
      "ecs:ListServiceDeployments",
      "ecs:ListTaskDefinitions",
      "elasticloadbalancing:DescribeCapacityReservation",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "iam:ListAccountAliases",
      "route53:ListHealthChecks",
      "route53:ListHostedZonesByName",
      "route53:TestDNSAnswer",
    ]

    resources = [
      "*",
    ]
  }
}
