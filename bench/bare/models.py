"""The two rows that a bare registration writes, and the organisations that it chooses from."""

from django.db import models


class Organisation(models.Model):
    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.name


class Registration(models.Model):
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    role = models.CharField(max_length=20)
    programmes = models.JSONField()
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"SAM-{self.pk}"


class Mail(models.Model):
    registration = models.ForeignKey(Registration, models.CASCADE)
    to_email = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    state = models.CharField(max_length=10, default="queued")

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.subject
