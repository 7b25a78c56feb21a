# Whom it tells: a scan that failed or could not see all, and silence.

resource "aws_sns_topic" "scan" {
  name = "relight-scan"
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.scan.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  # Without a condition: EventBridge is not known to send what one would compare.
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.scan.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "scan" {
  arn    = aws_sns_topic.scan.arn
  policy = data.aws_iam_policy_document.topic.json
}

# 0 and 2 saw all there is. Anything else did not, and so did a task that ended before its container began.
resource "aws_cloudwatch_event_rule" "failed" {
  name        = "relight-scan-failed"
  description = "A scan failed, was refused, or could not see all."

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn        = [var.cluster_arn]
      taskDefinitionArn = [aws_ecs_task_definition.scan.arn]
      lastStatus        = ["STOPPED"]
      containers        = { exitCode = [{ anything-but = [0, 2] }, { exists = false }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  rule = aws_cloudwatch_event_rule.failed.name
  arn  = aws_sns_topic.scan.arn

  input_transformer {
    input_paths = {
      task = "$.detail.taskArn"
      why  = "$.detail.stoppedReason"
      code = "$.detail.containers[0].exitCode"
    }
    input_template = "\"relight: a scan ended with exit code <code> (<why>): <task>. 4: could not see all, 3: refused.\""
  }
}

resource "aws_cloudwatch_event_rule" "seen" {
  name        = "relight-scan-seen"
  description = "A scan saw all there is; silence counts these."

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn        = [var.cluster_arn]
      taskDefinitionArn = [aws_ecs_task_definition.scan.arn]
      lastStatus        = ["STOPPED"]
      containers        = { exitCode = [0, 2] }
    }
  })
}

resource "aws_cloudwatch_event_target" "seen" {
  rule = aws_cloudwatch_event_rule.seen.name
  arn  = aws_cloudwatch_log_group.seen.arn
}

resource "aws_cloudwatch_log_group" "seen" {
  name              = "/aws/events/relight-scan-seen"
  retention_in_days = 30
}

data "aws_iam_policy_document" "seen" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.seen.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "seen" {
  policy_name     = "relight-scan-seen"
  policy_document = data.aws_iam_policy_document.seen.json
}

# The dead man's switch: no data is the alarm.
resource "aws_cloudwatch_metric_alarm" "silence" {
  alarm_name          = "relight-scan-silence"
  alarm_description   = "No scan has seen all there is for two intervals. What drifts now is not noticed."
  namespace           = "AWS/Events"
  metric_name         = "Invocations"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.seen.name }
  statistic           = "Sum"
  period              = var.silence_seconds
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.scan.arn]
  ok_actions          = [aws_sns_topic.scan.arn]
}

output "task_role_arn" {
  description = "Who assumes the roles of other accounts."
  value       = aws_iam_role.task.arn
}

output "topic_arn" {
  description = "Subscribe whoever is on call."
  value       = aws_sns_topic.scan.arn
}
