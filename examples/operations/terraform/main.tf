# A scan for drift as a scheduled ECS task, told of by an SNS topic when it could not see, or was not made.
# scan-policy.tf is what `relight permissions playbooks/deployer-api.yaml --for scan --format terraform` prints.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  log_group = "/relight/scan"

  secrets = var.notify_secret_arn == null ? [] : [{ name = "RELIGHT_WEBHOOK", valueFrom = var.notify_secret_arn }]

  containers = [
    {
      name                   = "scan"
      image                  = var.image
      essential              = true
      command                = ["scan", "/fleet/relight-fleet.yaml", "--notify", "/fleet/relight-notify.yaml", "--format", "ndjson"]
      user                   = "65532:65532"
      workingDirectory       = "/state"
      readonlyRootFilesystem = true
      linuxParameters        = { initProcessEnabled = true }
      mountPoints            = [{ sourceVolume = "state", containerPath = "/state", readOnly = false }]
      secrets                = local.secrets
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = local.log_group
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "scan"
        }
      }
    }
  ]
}

resource "aws_cloudwatch_log_group" "scan" {
  name              = local.log_group
  retention_in_days = 90
}

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

# What a scan may do: read what the playbooks are about, and nothing else.
resource "aws_iam_role" "task" {
  name_prefix        = "relight-scan-"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy" "scan" {
  name   = "scan"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.relight_deployer_api_scan.json
}

data "aws_iam_policy_document" "others" {
  count = length(var.scan_role_arns) == 0 ? 0 : 1

  statement {
    actions   = ["sts:AssumeRole"]
    resources = var.scan_role_arns
  }
}

resource "aws_iam_role_policy" "others" {
  count = length(var.scan_role_arns) == 0 ? 0 : 1

  name   = "others"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.others[0].json
}

# What ECS needs to start it.
resource "aws_iam_role" "execution" {
  name_prefix        = "relight-scan-execution-"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "secret" {
  count = var.notify_secret_arn == null ? 0 : 1

  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.notify_secret_arn]
  }
}

resource "aws_iam_role_policy" "secret" {
  count = var.notify_secret_arn == null ? 0 : 1

  name   = "secret"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.secret[0].json
}

resource "aws_ecs_task_definition" "scan" {
  family                   = "relight-scan"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "1024"
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode(local.containers)

  volume {
    name = "state"
  }

  depends_on = [aws_cloudwatch_log_group.scan]
}

data "aws_iam_policy_document" "scheduler_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = [aws_ecs_task_definition.scan.arn]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.task.arn, aws_iam_role.execution.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.not_begun.arn]
  }
}

resource "aws_iam_role" "scheduler" {
  name_prefix        = "relight-scan-scheduler-"
  assume_role_policy = data.aws_iam_policy_document.scheduler_trust.json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "run"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}

resource "aws_scheduler_schedule" "scan" {
  name                         = "relight-scan"
  schedule_expression          = var.schedule_expression
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.scan.arn
      launch_type         = "FARGATE"
      task_count          = 1

      network_configuration {
        subnets          = var.subnets
        security_groups  = var.security_groups
        assign_public_ip = var.assign_public_ip
      }
    }

    # Later than that the next one is due.
    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 600
    }

    dead_letter_config {
      arn = aws_sqs_queue.not_begun.arn
    }
  }
}

# Why tasks could not be started.
resource "aws_sqs_queue" "not_begun" {
  name                      = "relight-scan-not-begun"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}
