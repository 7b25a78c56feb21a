# Wider: network load balancer, gRPC group, weighted forward, kinds of records, private zone, calculated check, a table with
# index, time to live and encryption, capacity providers, circuit breaker, a parameter.
resource "aws_lb" "net" {
  name               = "net"
  internal           = true
  load_balancer_type = "network"
  subnets            = ["subnet-a", "subnet-b"]
}

resource "aws_lb" "alb" {
  name            = "alb"
  subnets         = ["subnet-a", "subnet-b"]
  security_groups = ["sg-1"]
  idle_timeout    = var.version_number == 1 ? 60 : 120
}

resource "aws_lb_target_group" "tcp" {
  name        = "tcp"
  port        = 9000
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = "vpc-1"

  health_check {
    protocol = "TCP"
    interval = 10
  }
}

resource "aws_lb_target_group" "grpc" {
  name             = "http"
  port             = 80
  protocol         = "HTTP"
  protocol_version = "GRPC"
  vpc_id           = "vpc-1"
  slow_start       = 30

  health_check {
    matcher = "0-5"
  }

  stickiness {
    type            = "lb_cookie"
    cookie_duration = 600
  }
}

resource "aws_lb_target_group" "weighted" {
  count    = 2
  name     = "w${count.index + 1}"
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-1"
}

resource "aws_lb_target_group_attachment" "address" {
  target_group_arn = aws_lb_target_group.tcp.arn
  target_id        = "10.0.0.44"
  port             = 9000
}

resource "aws_lb_listener" "net" {
  load_balancer_arn = aws_lb.net.arn
  port              = 9000
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tcp.arn
  }
}

resource "aws_lb_listener" "alb" {
  load_balancer_arn = aws_lb.alb.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "no"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "weighted" {
  listener_arn = aws_lb_listener.alb.arn
  priority     = 1

  action {
    type = "forward"

    forward {
      dynamic "target_group" {
        for_each = aws_lb_target_group.weighted
        content {
          arn    = target_group.value.arn
          weight = 10 * var.version_number
        }
      }

      stickiness {
        enabled  = true
        duration = 60
      }
    }
  }

  condition {
    http_header {
      http_header_name = "X-A"
      values           = ["a*"]
    }
  }

  condition {
    query_string {
      key   = "k"
      value = "v"
    }
  }
}

resource "aws_ecs_cluster" "two" {
  name = "c2"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "two" {
  cluster_name       = aws_ecs_cluster.two.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 100
  }
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "worker"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = "arn:aws:iam::123456789012:role/exec"
  tags                     = { v = tostring(var.version_number) }

  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([
    {
      name        = "w"
      image       = "registry.local/w:1"
      essential   = true
      command     = ["a", "b"]
      healthCheck = { command = ["CMD-SHELL", "true"], interval = 10 }
      logConfiguration = {
        logDriver = "awslogs"
        options   = { awslogs-group = "g", awslogs-region = "us-east-1", awslogs-stream-prefix = "w" }
      }
    },
    {
      name      = "side"
      image     = "registry.local/s:1"
      essential = false
      dependsOn = [{ containerName = "w", condition = "HEALTHY" }]
    },
  ])
}

resource "aws_ecs_service" "worker" {
  name                               = "worker"
  cluster                            = aws_ecs_cluster.two.arn
  task_definition                    = aws_ecs_task_definition.worker.arn
  desired_count                      = var.version_number
  launch_type                        = "FARGATE"
  propagate_tags                     = "SERVICE"
  enable_execute_command             = true
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets = ["subnet-a"]
  }
}

resource "aws_route53_health_check" "address" {
  ip_address        = "192.0.2.1"
  port              = 443
  type              = "HTTPS_STR_MATCH"
  resource_path     = "/"
  search_string     = "ok"
  request_interval  = 10
  failure_threshold = 3
  measure_latency   = true
  regions           = ["us-east-1", "eu-west-1", "us-west-1"]
}

resource "aws_route53_health_check" "both" {
  type                   = "CALCULATED"
  child_healthchecks     = [aws_route53_health_check.address.id]
  child_health_threshold = 1
}

resource "aws_route53_zone" "public" {
  name    = "z.example"
  comment = "hello ${var.version_number}"
  tags    = { a = "b" }
}

resource "aws_route53_zone" "private" {
  name = "p.example"

  vpc {
    vpc_id = "vpc-1"
  }
}

resource "aws_route53_record" "failover" {
  zone_id         = aws_route53_zone.public.zone_id
  name            = "f"
  type            = "A"
  ttl             = 60
  records         = ["192.0.2.1"]
  set_identifier  = "PRIMARY"
  health_check_id = aws_route53_health_check.address.id

  failover_routing_policy {
    type = "PRIMARY"
  }
}

resource "aws_route53_record" "place" {
  zone_id        = aws_route53_zone.public.zone_id
  name           = "g"
  type           = "AAAA"
  ttl            = 60
  records        = ["2001:db8::1"]
  set_identifier = "d"

  geolocation_routing_policy {
    country = "*"
  }
}

resource "aws_route53_record" "weighted" {
  zone_id        = aws_route53_zone.public.zone_id
  name           = "*.w"
  type           = "TXT"
  ttl            = 60
  records        = ["hello world"]
  set_identifier = "one"

  weighted_routing_policy {
    weight = 10 * var.version_number
  }
}

resource "aws_route53_record" "alias" {
  zone_id = aws_route53_zone.public.zone_id
  name    = "n"
  type    = "A"

  alias {
    name                   = aws_lb.net.dns_name
    zone_id                = aws_lb.net.zone_id
    evaluate_target_health = false
  }
}

resource "aws_dynamodb_table" "two" {
  name           = "table2"
  billing_mode   = "PROVISIONED"
  read_capacity  = var.version_number
  write_capacity = 1
  hash_key       = "p"
  range_key      = "s"

  attribute {
    name = "p"
    type = "S"
  }

  attribute {
    name = "s"
    type = "N"
  }

  attribute {
    name = "g"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }

  global_secondary_index {
    name            = "gix"
    hash_key        = "g"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
  }
}

resource "aws_ssm_parameter" "version" {
  name  = "/deployer-api/version"
  type  = "String"
  value = "v${var.version_number}"
}
