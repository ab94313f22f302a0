# The one provider of the stacks, by its checksum on each platform that it is published for. deploy.yml puts this file
# beside each stack and lets Terraform take nothing else. To change the version, in a stack of `pnpm infra synth`:
#   terraform providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64
provider "registry.terraform.io/hashicorp/aws" {
  version     = "6.32.0"
  constraints = "~> 6.25"
  hashes = [
    "h1:06E17LKFuocdc5P7YHtAmig8Zu+S+gy4CKhYhdxh434=",
    "h1:GmBSZ299apGpQl3y7W8AlBQKXtpUQvis75x5tb8t5hs=",
    "h1:KlmHUHezk7AkOTTJLhl8JpBOsV+qK6wV9Py3vIsN7Mo=",
    "h1:NoPDPkJFBBCZiJIvPhyQG198UmDBXoX2yHnkeJFW0gU=",
    "h1:Orm3zdQYphZwxTzDxMQznPAgssFi9OOME2MzJUBg1P8=",
    "h1:SQSVbmxbj9QHkla4qaAiJOgjjZD2bUOLrniCT8DEpfQ=",
    "h1:VI0iNxbVgblVEil2nyJgtHqijaLQE6VAgv55EWi56Ow=",
    "h1:Yq/qR5VAO2WSH4gextYqb7zTcCNgO7Q7G8cJR2ps23E=",
    "h1:bm1kmfgtxYybVyTG/zlQVOpaDxMZ9aOQ7kmX0BjAbxs=",
    "h1:hFdNMX6bUH1hyxVGW8MxdUhPSUpQRNFR4cscSPfJDzk=",
    "h1:kB9++004H9FgpxdtZS11L2ESIw1tJqNW4xsyt1WM0+c=",
    "h1:mi90ohakIqjaalUb185KRxb/F+etJN7LB2/44k8+u9g=",
    "h1:qA6Rfb/qlHhjnAmyLtv/jfu/tO2XOmp0tNNP0Fdmzfs=",
    "h1:rriTF/YcLBH13/IijWHwuWAG84KRPw3x++afslASeL4=",
  ]
}
