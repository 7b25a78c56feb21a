# The Wonderland shape: load balancer, target group, listener, rule, ECS service, zone, record, health check, table, entry.
locals {
  tags = { service = "deployer-api" }
}

resource "aws_lb" "web" {
  name               = "deployer-api"
  load_balancer_type = "application"
  subnets            = ["subnet-a", "subnet-b"]
  security_groups    = ["sg-1"]
  tags               = local.tags
}

resource "aws_lb_target_group" "web" {
  name                 = "deployer-api"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = "vpc-1"
  deregistration_delay = var.version_number == 1 ? 300 : 30
  tags                 = local.tags

  health_check {
    path    = var.version_number == 1 ? "/health" : "/healthz"
    matcher = "200"
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_listener_rule" "web" {
  listener_arn = aws_lb_listener.web.arn
  priority     = 10
  tags         = { r = "1" }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }

  condition {
    path_pattern {
      values = ["/v${var.version_number}/*"]
    }
  }

  condition {
    host_header {
      values = ["deployer-api.wonderland.example"]
    }
  }
}

resource "aws_ecs_cluster" "crims" {
  name = "crims"
  tags = { team = "crims" }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "deployer-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name         = "web"
    image        = "registry.local/deployer-api:${var.version_number}"
    cpu          = 256
    memory       = 512
    essential    = true
    environment  = [{ name = "A", value = "1" }]
    portMappings = [{ containerPort = 8080, hostPort = 8080, protocol = "tcp" }]
  }])
}

resource "aws_ecs_service" "web" {
  name                  = "deployer-api"
  cluster               = aws_ecs_cluster.crims.arn
  task_definition       = aws_ecs_task_definition.web.arn
  desired_count         = 2
  launch_type           = "FARGATE"
  wait_for_steady_state = true
  tags                  = local.tags

  network_configuration {
    subnets         = ["subnet-a", "subnet-b"]
    security_groups = ["sg-1"]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }

  depends_on = [aws_lb_listener.web]
}

resource "aws_route53_zone" "wonderland" {
  name    = "wonderland.example"
  comment = "version ${var.version_number}"
}

resource "aws_route53_health_check" "web" {
  fqdn              = "deployer-api.wonderland.example"
  port              = 80
  type              = "HTTP"
  resource_path     = "/health"
  failure_threshold = var.version_number == 1 ? 3 : 2
  request_interval  = 30
  tags              = { Name = "deployer-api" }
}

resource "aws_route53_record" "web" {
  zone_id = aws_route53_zone.wonderland.zone_id
  name    = "deployer-api"
  type    = "CNAME"
  ttl     = var.version_number == 1 ? 60 : 30
  records = [aws_lb.web.dns_name]
}

resource "aws_dynamodb_table" "state" {
  name         = "deployer-state"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "service"
  tags         = { a = "b" }

  attribute {
    name = "service"
    type = "S"
  }
}

resource "aws_dynamodb_table_item" "state" {
  table_name = aws_dynamodb_table.state.name
  hash_key   = aws_dynamodb_table.state.hash_key

  item = jsonencode({
    service     = { S = "deployer-api" }
    status      = { S = "active" }
    deployment  = { S = "v${var.version_number}" }
    targetGroup = { S = aws_lb_target_group.web.arn }
  })
}
