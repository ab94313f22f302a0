# Terraform's own recommendations, and what the provider would refuse: types of machines, names, versions.
plugin "terraform" {
  enabled = true
  preset  = "recommended"
}

# Built from its Go module by infra/lint/install, so nothing is downloaded when it runs.
plugin "aws" {
  enabled = true
}
