# What every configuration beside this file begins with.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "account" {
  type    = string
  default = "123456789012"
}

# What the test changes between the first apply and the second.
variable "round" {
  type    = number
  default = 1
}

locals {
  account = var.account
}

# facts are sentences about what data sources and computed attributes say; one
# that is not so fails the apply.
output "facts" {
  value = keys(local.facts)
  precondition {
    condition     = alltrue(values(local.facts))
    error_message = "Not so: ${join("; ", [for fact, so in local.facts : fact if !so])}."
  }
}

# Whether what could be imported was: secrets are then no longer known.
variable "imported" {
  type    = bool
  default = false
}
