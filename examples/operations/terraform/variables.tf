variable "image" {
  description = "The image with the fleet in it (container/Containerfile.fleet), by its digest."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster to run in; not one that it scans, if there is another."
  type        = string
}

variable "subnets" {
  type = list(string)
}

variable "security_groups" {
  type = list(string)
}

variable "assign_public_ip" {
  description = "true in public subnets without NAT."
  type        = bool
  default     = false
}

variable "schedule_expression" {
  type    = string
  default = "rate(15 minutes)"
}

variable "silence_seconds" {
  description = "After so long without a scan that saw all, somebody is told. Two intervals."
  type        = number
  default     = 1800
}

variable "scan_role_arns" {
  description = "Roles of other accounts that the fleet file names."
  type        = list(string)
  default     = []
}

variable "notify_secret_arn" {
  description = "The secret that relight-notify.yaml refers to as RELIGHT_WEBHOOK; null where there is none."
  type        = string
  default     = null
}
