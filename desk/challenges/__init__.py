"""Corrections (纠错): somebody says that a village's state is another; who answers, who decides, until when."""
