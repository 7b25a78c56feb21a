# The way to a sandbox, put beside each of the configurations; nothing here leaves this machine.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "endpoint" {
  type = string
}

# 1, then 2: what an update changes.
variable "version_number" {
  type    = number
  default = 1
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "sandbox"
  secret_key                  = "sandbox"
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = false
  skip_credentials_validation = true

  endpoints {
    acm            = var.endpoint
    appautoscaling = var.endpoint
    dynamodb       = var.endpoint
    ec2            = var.endpoint
    ecs            = var.endpoint
    elbv2          = var.endpoint
    iam            = var.endpoint
    kms            = var.endpoint
    logs           = var.endpoint
    route53        = var.endpoint
    ssm            = var.endpoint
    sts            = var.endpoint
  }
}
