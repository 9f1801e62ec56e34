"""Who is qualified for what, until when."""

from zoufang.core.training.courses import Course, CourseList
from zoufang.core.training.qualify import QualificationCheck, TrainingPolicy, qualified

__all__ = ["Course", "CourseList", "QualificationCheck", "TrainingPolicy", "qualified"]
