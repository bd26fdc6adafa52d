"""What the atlas is delivered with: parts, their licences, and a bill of materials. Nothing here runs in the
service.
"""
